"""The label table as CSV."""

import pytest

from engine.annotations import read_labels
from engine.errors import EngineError, FileFormatError
from engine.labels import Origin


def read(folder, text, *, name="labels.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (file,) = read_labels(path)
    return file


def test_frames_are_enough_and_everything_else_has_its_usual_value(tmp_path):
    file = read(tmp_path, "recording,action,start_frame,stop_frame\nwalk.npz,wave,10,20\n")
    (row,) = file.rows
    assert (row.recording, row.action, row.start, row.stop) == ("walk.npz", "wave", 10, 20)
    assert (row.person, row.tier, row.origin, row.line) == (0, "", Origin.IMPORT, 2)
    assert file.format_id == "csv"


def test_seconds_are_enough(tmp_path):
    (row,) = read(tmp_path, "recording,action,start_s,stop_s\nwalk,wave,0.5,2\n").rows
    assert (row.start, row.stop, row.start_s, row.stop_s) == (None, None, 0.5, 2.0)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_order_of_columns_and_any_delimiter(tmp_path, delimiter):
    head = ["Note", "stop_frame", "Start Frame", "label", "person", "file"]
    cells = ['"a; b, c"', "20", "10", "wave", "P2", "walk.npz"]
    text = "\n".join(delimiter.join(row) for row in (head, cells))
    (row,) = read(tmp_path, text).rows
    assert (row.note, row.stop, row.start, row.action, row.person) == ("a; b, c", 20, 10, "wave", 1)


def test_a_byte_order_mark_quotes_and_windows_line_ends_do_not_matter(tmp_path):
    text = (
        '\ufeff"recording","action","start_frame","stop_frame"\r\n"walk","wave ""hi""",1,2\r\n\r\n'
    )
    (row,) = read(tmp_path, text).rows
    assert row.action == 'wave "hi"'


def test_a_table_from_a_spreadsheet_with_decimal_commas_in_utf_16(tmp_path):
    text = "recording;action;start_s;stop_s\nwalk;grüßen;0,5;1,25\n"
    (row,) = read(tmp_path, text.encode("utf-16")).rows
    assert (row.action, row.start_s, row.stop_s) == ("grüßen", 0.5, 1.25)


def test_a_note_over_several_lines_keeps_them_and_the_count_of_lines(tmp_path):
    text = 'recording,action,start_frame,stop_frame,note\nw,wave,1,2,"one\ntwo"\nw,wave,x,4,\n'
    with pytest.raises(FileFormatError, match=r"labels.csv:4: .*whole frame number|labels.csv:4"):
        read(tmp_path, text)
    (row,) = read(tmp_path, text.rsplit("w,wave,x", 1)[0]).rows
    assert row.note == "one\ntwo"


def test_the_last_frame_of_others_counts_in(tmp_path):
    (row,) = read(tmp_path, "recording,action,start_frame,last_frame\nwalk,wave,10,19\n").rows
    assert (row.start, row.stop) == (10, 20)


def test_reviewed_spans_have_no_action(tmp_path):
    text = (
        "recording,action,reviewed,start_frame,stop_frame\n"
        "walk,,yes,0,10\nwalk,Nothing happens,,10,20\nwalk,wave,no,20,30\n"
    )
    assert [row.action for row in read(tmp_path, text).rows] == [None, None, "wave"]


def test_columns_that_are_not_read_are_mentioned(tmp_path):
    file = read(tmp_path, "recording,mood,action,start_frame,stop_frame\nwalk,merry,wave,1,2\n")
    assert file.notes == ("Columns that are not read: mood.",)


HEAD = "recording,person,action,reviewed,start_frame,stop_frame,start_s,stop_s,score,origin,doubt"


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ("walk,1,wave,,x,20,,,,,", "whole frame number|number in start_frame"),
        ("walk,1,wave,,-1,20,,,,,", "number from 0 in start_frame, found '-1'"),
        ("walk,1,wave,,nan,20,,,,,", "number from 0 in start_frame, found 'nan'"),
        ("walk,1,wave,,1.5,20,,,,,", "whole frame number in start_frame, found '1.5'"),
        ("walk,1,wave,,1e300,20,,,,,", "whole frame number"),
        ("walk,1,wave,,20,20,,,,,", "a stop after 20, found 20"),
        ("walk,1,wave,,,,2,1,,,", "a stop after 2, found 1"),
        ("walk,1,wave,,,,0,inf,,,", "number from 0 in stop_s, found 'inf'"),
        ("walk,1,wave,,10,,,,,,", "a start and a stop, in frames or in seconds"),
        ("walk,0,wave,,10,20,,,,,", "a person, counted from 1, found '0'"),
        ("walk,99999999,wave,,10,20,,,,,", "a person, counted from 1"),
        ("walk,1,,,10,20,,,,,", "an action, found nothing"),
        ("walk,1,wave,yes,10,20,,,,,", "no action where reviewed says yes"),
        ("walk,1,wave,perhaps,10,20,,,,,", "yes or no in reviewed, found 'perhaps'"),
        (",1,wave,,10,20,,,,,", "the name of a recording"),
        ("walk,1,wave,,10,20,,,1.5,,", "a score from 0 to 1, found 1.5"),
        ("walk,1,wave,,10,20,,,,robot,", "one of human, model, import, found 'robot'"),
        ("walk,1,wave,,10", "expected 11 columns, found 5"),
        ('walk,1,"wave,,10,20,,,,,', "a row that is none"),
        ("walk,1," + "w" * 200_000 + ",,10,20,,,,,", "a row that is none .*field limit"),
    ],
)
def test_what_a_cell_must_not_hold_is_refused_with_file_and_line(tmp_path, cells, complaint):
    with pytest.raises(FileFormatError, match=rf"labels.csv:3: .*({complaint})") as caught:
        read(tmp_path, f"{HEAD}\nwalk,1,wave,,1,2,,,,,\n{cells}\n")
    assert caught.value.line == 3
    assert len(str(caught.value)) < 300


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("recording,action,start_frame,end\nwalk,wave,1,2\n")
    with pytest.raises(FileFormatError, match=r"columns stop_frame or last_frame or stop_s; found"):
        read_labels(path)


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="action is there twice"):
        read(tmp_path, "recording,action,label,start_frame,stop_frame\nw,a,b,1,2\n")


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0", b"{}", b"a" * 100_000, b"\xff\xfe", b"\0" * 5000, b"1,2\n"],
    ids=["picture", "json", "one word", "a mark alone", "zeros", "two numbers"],
)
def test_what_is_no_label_file_is_refused_by_name(tmp_path, data):
    with pytest.raises(EngineError, match=r"labels.csv.*(expected labels|found)") as caught:
        read(tmp_path, data)
    assert len(str(caught.value)) < 400


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path):
    text = b"recording,action,start_frame,stop_frame\nwalk,w\xe9ve,1,2\n"
    with pytest.raises(FileFormatError, match=r"labels.csv at byte 46: .*UTF-8"):
        read(tmp_path, text)


def test_empty_files_missing_ones_and_folders_without_labels_are_refused(tmp_path):
    with pytest.raises(FileFormatError, match="empty file"):
        read(tmp_path, b"")
    with pytest.raises(EngineError, match=r"none.csv: cannot be read"):
        read_labels(tmp_path / "none.csv")
    with pytest.raises(EngineError, match="a label file for each recording"):
        read_labels(tmp_path)
    with pytest.raises(EngineError, match="no format of label files 'elan'"):
        read_labels(tmp_path / "labels.csv", format_id="elan")
