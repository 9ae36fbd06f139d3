from django.contrib.auth.models import Group, Permission

import factory

from users.actions import trust_address
from users.demo_access import give_demo_second_factor
from users.models import User

PASSWORD = "un-mot-de-passe-solide"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class UserFactory(factory.django.DjangoModelFactory):
    """A confirmed account; ``role`` makes it staff, ``factor`` gives it a code application."""

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    password = PASSWORD

    class Meta:
        model = User
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = model_class.objects.create_user(*args, **kwargs)
        trust_address(user=user)
        return user

    @factory.post_generation
    def role(self, create, role, **kwargs):
        if role:
            join(self, role)

    @factory.post_generation
    def factor(self, create, factor, **kwargs):
        if factor:
            give_demo_second_factor(self, SECRET)


def join(user, role):
    """Adds the user to the group of a role, which opens the back-office."""
    group, _ = Group.objects.get_or_create(name=role.value)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
