from django import forms


class ResendForm(forms.Form):
    address = forms.EmailField(
        label="Adresse du destinataire",
        help_text="Corrigez-la si elle était fausse : le message part alors à la nouvelle adresse.",
        error_messages={
            "required": "Indiquez l’adresse du destinataire.",
            "invalid": "Cette adresse e-mail n’est pas complète (exemple : prenom@domaine.fr).",
        },
    )


class BouncedForm(forms.Form):
    reason = forms.CharField(
        label="Comment le savez-vous ?",
        max_length=300,
        help_text="Par exemple « le client dit au téléphone ne rien avoir reçu ».",
        error_messages={"required": "Dites comment vous l’avez appris : la raison est conservée."},
    )
