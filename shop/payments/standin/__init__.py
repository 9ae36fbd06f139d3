"""A local stand-in for Stripe: what the shop asks of Stripe, on loopback, for tests and trial runs.

It holds no real card, reaches no network and imports nothing of the site, which knows it only
through ``STRIPE_API_BASE`` and ``STRIPE_CHECKOUT_ORIGIN``.
"""
