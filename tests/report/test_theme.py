import pytest

from wattmint.report.theme import GREY, SEQUENCE, badges, chart_template, faded, ink_on


def test_every_build_has_its_own_colour_and_letter_and_the_zero_line_is_grey(verdict):
    marks = badges(verdict)
    assert [mark.letter for mark in marks.values()] == ["A", "B", "C", "D", "0"]
    assert len({mark.colour for mark in marks.values()}) == 5
    assert marks["do nothing"].colour == GREY


def test_letters_stay_apart_when_colours_repeat(make_verdict, rename):
    from dataclasses import replace

    verdict = make_verdict()
    many = replace(verdict, builds=(*(replace(verdict.builds[0], name=f"build {i}") for i in range(40)), verdict.builds[-1]))
    letters = [mark.letter for mark in badges(many).values()]
    assert len(set(letters)) == 41
    assert letters[25:28] == ["Z", "27", "28"]


@pytest.mark.parametrize(("colour", "ink"), [("#FFFFFF", "#1B232D"), ("#000000", "#FFFFFF"), ("#4477AA", "#FFFFFF"), ("#CCBB44", "#1B232D")])
def test_letters_on_a_colour_can_be_read(colour, ink):
    assert ink_on(colour) == ink


def test_faded():
    assert faded("#4477AA", 0.25) == "rgba(68,119,170,0.25)"


def test_light_and_dark_differ_in_dress_only():
    light, dark = chart_template(dark=False), chart_template(dark=True)
    assert light.keys() == dark.keys()
    assert light["layout"].keys() == dark["layout"].keys()
    assert light["layout"]["font"]["color"] != dark["layout"]["font"]["color"]
    assert light["layout"]["colorway"] == dark["layout"]["colorway"] == list(SEQUENCE)
