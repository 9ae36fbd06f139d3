from courses.catalogue.programme import Module, number_modules


def half_day(day, moment, *modules):
    return {"day": day, "moment": moment, "modules": list(modules)}


def module(title, *points):
    return {"title": title, "points": list(points)}


def test_modules_are_numbered_through_the_whole_course():
    numbered = number_modules(
        [
            half_day(1, "morning", module("Un", "a", "b"), module("Deux")),
            half_day(1, "afternoon", module("Trois")),
        ]
    )

    assert [item.number for slot in numbered for item in slot.modules] == [1, 2, 3]
    assert [slot.label for slot in numbered] == ["Jour 1 – matin", "Jour 1 – après-midi"]
    assert numbered[0].modules[0] == Module(1, "Un", ("a", "b"))


def test_unfinished_draft_is_read_without_failing():
    numbered = number_modules([{"day": None, "moment": None, "modules": None}])

    assert [(slot.day, slot.modules) for slot in numbered] == [(1, ())]
