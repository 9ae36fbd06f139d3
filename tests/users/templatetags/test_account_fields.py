from allauth.account.forms import LoginForm, SignupForm

from users.templatetags.account_fields import account_fields, code_minutes


def test_fields_speak_the_words_of_the_site():
    fields = list(account_fields(LoginForm()))

    assert [field.label for field in fields] == ["Adresse e-mail", "Mot de passe"]


def test_optional_field_says_so():
    fields = list(account_fields(SignupForm()))

    assert [field.label for field in fields] == ["Adresse e-mail", "Mot de passe (facultatif)"]


def test_placeholders_do_not_repeat_the_labels():
    html = "".join(str(field) for field in account_fields(LoginForm()))

    assert "placeholder" not in html


def test_rule_of_new_passwords_is_one_sentence_tied_to_the_field():
    _, password = account_fields(SignupForm())

    assert password.help_text.startswith("Au moins 12 caractères")
    assert 'aria-describedby="id_password1_helptext"' in str(password)


def test_validity_of_codes_comes_from_the_settings(settings):
    settings.ACCOUNT_CODE_MINUTES = 7

    assert code_minutes() == 7
