"""Elements of drawings."""

from xml.etree import ElementTree

from app.exporting.svg import element, fitted_text, text, text_width, titled


def test_names_and_words_are_escaped() -> None:
    made = text("a < b & “c”", 1, 2.5, font_size=11.0, class_="it's")
    read = ElementTree.fromstring(made)
    assert read.text == "a < b & “c”"
    assert read.attrib == {"x": "1", "y": "2.5", "font-size": "11", "class": "it's"}


def test_numbers_are_short() -> None:
    assert element("rect", x=-0.001, width=10.126) == '<rect x="0" width="10.13"/>'


def test_words_are_cut_to_the_room_there_is() -> None:
    whole = "pick up with one hand"
    assert fitted_text(whole, 12, 400) == whole
    shorter = fitted_text(whole, 12, 60)
    assert shorter.endswith("…")
    assert whole.startswith(shorter[:-1])
    assert text_width(shorter, 12) <= 60
    assert fitted_text(whole, 12, 1) == "p"


def test_wide_letters_take_more_room() -> None:
    assert text_width("WWW", 10) > 2 * text_width("iii", 10)


def test_names_of_files_in_other_encodings_and_control_letters_leave_a_drawing_readable() -> None:
    name = "caf\udce9 \x0b1"
    made = element("g", text(name, 0, 0) + titled(name), class_=name)
    read = ElementTree.fromstring(made.encode())
    assert [each.text for each in read] == ["caf\ufffd \ufffd1"] * 2
    assert read.get("class") == "caf\ufffd \ufffd1"
