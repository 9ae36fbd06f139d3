SHEET = """\
Souder à l’arc
Objectifs
- Régler un poste
Siège social : 1 rue Haute

Conditions Générales de Vente : ATELIER

I. Application

Commander vaut acceptation.

II. Commande

2.1. Proposition

La proposition comprend :

- le prix, comme dit à l’article 3.5 ;
* la durée.

Elle vaut 30 jours. Voir <https://mediation.example/> ou https://exemple.fr.

12

2.2 Contrat définitif

Il est conclu à la signature.

III. Prix

Une phrase avant les articles.

3.1. Montant

3.5. Les prix sont hors taxes.

IV. Exécution

4.1. Moyens

Obligation de moyens.

V. Divers

5.1. Loi

La loi française s’applique.
"""
