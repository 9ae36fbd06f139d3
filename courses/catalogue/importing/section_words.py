"""The vocabulary of course sheets: which words open which section. Pure."""

from enum import StrEnum


class Section(StrEnum):
    """Named after the field of ``RecognisedSheet`` that the section fills, where there is one."""

    HEADER = "header"
    TITLE = "title"
    REFERENCE = "reference"
    CATEGORY = "category_path"
    DURATION = "duration"
    OBJECTIVES = "objectives"
    PROGRAMME = "programme"
    PREREQUISITES = "prerequisites"
    AUDIENCE = "audience"
    TEACHING_METHODS = "teaching_methods"
    MEANS = "means"
    EVALUATION_METHODS = "evaluation_methods"
    CERTIFICATE = "certificate"
    TRAINER_QUALIFICATION = "trainer_qualification"
    ACCESS_TERMS = "access_terms"
    ACCESS_DELAY = "access_delay"
    ACCESSIBILITY = "accessibility_statement"
    GROUP_SIZE = "group_size"
    PRICE = "price"
    INDICATORS = "indicators"
    UPDATED_ON = "content_updated_on"
    DATES = "dates"
    CONTACT = "contact"
    PAYMENT_TERMS = "payment_terms"
    MARGIN = "margin"
    UNKNOWN = "unknown"


# Matched on folded text (no accents, no case). « de la formation » and its like are cut off first.
SECTION_WORDS: dict[Section, str] = {
    Section.TITLE: r"intitule|titre|formation|stage",
    Section.REFERENCE: r"ref\.?|reference|code( formation| stage| produit)?",
    Section.CATEGORY: r"domaine|categorie|theme|thematique|filiere|famille",
    Section.DURATION: r"duree( totale)?|duree et (horaires|rythme)",
    Section.OBJECTIVES: (
        r"(buts? et )?objectifs?( (pedagogiques?|operationnels?|generaux|general|vises?))*"
        r"( et competences visees)?|competences (visees|acquises)"
        r"|(a l'issue|au terme)( du stage| de la session)?,? "
        r"(vous|le participant|les participants|le stagiaire|les stagiaires|l'apprenant) "
        r"(sera|seront|serez) (en mesure|capables?|aptes?) (de|a)|a l'issue"
    ),
    Section.PROGRAMME: (
        r"programme( (detaille|pedagogique|complet))?|(contenus?|deroule|deroulement|plan)"
        r"( (detaille|pedagogique|du cours))?|sommaire|au programme"
    ),
    Section.PREREQUISITES: (
        r"(les )?pre[- ]?requis( (necessaires?|obligatoires?))?|niveau (requis|prealable)"
        r"|connaissances (prealables|requises|necessaires)( requises)?"
    ),
    Section.AUDIENCE: (
        r"publics?( (cible|vise|concerne)s?)?|population concernee|personnes concernees"
        r"|pour qui|a qui s'adresse( cette| la)?( formation)?|profil des (participants|stagiaires)|participants"
        r"|public et pre[- ]?requis"
    ),
    Section.TEACHING_METHODS: (
        r"pedagogie|(approche|demarche|methodes?|modalites?|methodologie|techniques?)"
        r" (pedagogiques?|mobilisees?|d'animation)|methodes mobilisees|methodologie"
        r"|(methodes?|modalites?) et moyens( pedagogiques| mobilises)*"
        r"|moyens et methodes( pedagogiques)?"
    ),
    Section.MEANS: (
        r"moyens( (pedagogiques|techniques|materiels|mobilises|humains)"
        r"(,? (et )?(pedagogiques|techniques|materiels|d'encadrement))*)?"
        r"|supports?( (pedagogiques?|de cours|remis))?|ressources( pedagogiques)?"
        r"|materiel( (necessaire|requis|utilise))?|equipements?"
    ),
    Section.EVALUATION_METHODS: (
        r"(modalites? d'|dispositif d'|methodes? d')?(suivi et (d')?)?evaluations?"
        r"( et (de )?(suivi|validation))?( des (acquis|connaissances|competences))?"
        r"|modalites? (de suivi et d'evaluation|d'evaluation et de (suivi|validation))"
        r"|controle des (connaissances|acquis)"
    ),
    Section.CERTIFICATE: (
        r"sanction( visee)?|validation( des acquis)?|attestations?|certification|diplome"
        r"|(nature de la )?sanction"
    ),
    Section.TRAINER_QUALIFICATION: (
        r"(le |la |les |votre |vos |nos )?(format(eur|rice)s?|intervenante?s?|animat(eur|rice)s?)"
        r"|(profil|qualification|qualite|titres?( et references)?|references?)s?"
        r" (du|de la|de l'|des) ?(formateur|formatrice|intervenant|animateur)s?"
        r"|equipe pedagogique|encadrement( pedagogique)?"
    ),
    Section.ACCESS_TERMS: (
        r"(modalites|conditions)( et delais?)? d'(acces|admission|inscription)"
        r"|(inscriptions?|s'inscrire)|comment s'inscrire|modalites et delais d'acces"
    ),
    Section.ACCESS_DELAY: r"delais?( moyens?)? d'(acces|inscription)",
    Section.ACCESSIBILITY: (
        r"accessibilite( (handicap|(aux |des )?personnes (handicapees|en situation de handicap)))?"
        r"|(accueil des )?personnes (handicapees|en situation de handicap)|handicap"
    ),
    Section.GROUP_SIZE: (
        r"effectifs?( (maximum|minimum|maximal|du groupe))?|taille (du|des) groupes?"
        r"|nombre de (participants|stagiaires|places)( (maximum|minimum))?"
    ),
    Section.PRICE: (
        r"(nos )?(tarifs?|prix|couts?)( (public|pedagogique))?"
        r"( (inter|intra)([- ]entreprises?)?)?( (ht|ttc|par personne|par participant))*"
    ),
    Section.INDICATORS: (
        r"(indicateurs?|chiffres)( (de|des|cles))?( (resultats?|performance))?"
        r"|(nos )?resultats( (obtenus|attendus))?"
    ),
    Section.UPDATED_ON: (
        r"(date de )?(derniere )?(mise a jour|revision)( le)?|mis a jour le|version( du)?"
    ),
    Section.DATES: (
        r"(prochaines )?(dates?|sessions?)( et lieux?)?|lieux?( et dates?)?|calendrier|planning"
        r"|horaires|dates?,? lieux? et horaires"
    ),
    Section.CONTACT: (
        r"(votre |vos |nos )?contacts?|renseignements?|nous contacter|contact et inscription"
        r"|referente? (handicap|pedagogique|administratif)"
    ),
    Section.PAYMENT_TERMS: (
        r"(modalites|conditions) (de paiement|de reglement|financieres|d'annulation)"
        r"( et d'annulation)?|annulation|financements?|prise en charge"
    ),
    Section.MARGIN: r"en-tete et pied de page",
}
