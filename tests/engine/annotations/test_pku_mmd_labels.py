"""PKU-MMD's label files."""

import pytest

from engine.annotations import read_labels
from engine.errors import FileFormatError


def write(folder, text, name="0291-L.txt"):
    path = folder / name
    path.write_text(text)
    return path


def test_numbers_are_those_of_the_data_set(tmp_path):
    path = write(tmp_path, "13,10,50,1\n6,60,90,2\n")
    (file,) = read_labels(path)
    assert file.format_id == "pku-mmd"
    assert [(row.recording, row.action, row.start, row.stop) for row in file.rows] == [
        ("0291-L", "hand waving", 10, 50),
        ("0291-L", "clapping", 60, 90),
    ]
    # the data set's own grades are no probabilities
    assert [row.score for row in file.rows] == [None, None]


def test_a_confidence_with_decimals_is_a_score(tmp_path):
    (file,) = read_labels(write(tmp_path, "13, 10, 50, 0.75\n"))
    assert file.rows[0].score == 0.75


def test_a_list_beside_the_files_says_what_the_numbers_mean(tmp_path):
    write(tmp_path, "wave\nsit  down\n\n", "actions.txt")
    (file,) = read_labels(write(tmp_path, "2,10,50,1\n"))
    assert file.rows[0].action == "sit down"


def test_a_folder_is_read_file_by_file_and_what_is_no_label_file_passed_over(tmp_path):
    write(tmp_path, "wave\n", "actions.txt")
    write(tmp_path, "Read me first.\n", "README.txt")
    write(tmp_path, "1,10,50,1\n", "b.txt")
    write(tmp_path, "1,20,50,1\n1,60,70,1\n", "a.txt")
    files = read_labels(tmp_path)
    assert [(file.path.name, len(file.rows)) for file in files] == [("a.txt", 2), ("b.txt", 1)]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("0,10,20,1", "an action from 1 to 51"),
        ("52,10,20,1", "an action from 1 to 51 .*found 52; put a list"),
        ("1,20,20,1", "an end after frame 20, found 20"),
        ("1,-5,20,1", "action,start,end,confidence in whole numbers"),
        ("1,nan,20,1", "action,start,end,confidence in whole numbers"),
        ("1,2.5,20,1", "action,start,end,confidence in whole numbers"),
        ("1,2,20,7.5", "a confidence up to 1"),
        ("1,2," + "9" * 5000, "action,start,end,confidence in whole numbers"),
        ("walk", "action,start,end,confidence in whole numbers"),
    ],
)
def test_what_a_line_must_not_say_is_refused_with_file_and_line(tmp_path, line, complaint):
    path = write(tmp_path, f"1,2,3,1\n{line}\n")
    with pytest.raises(FileFormatError, match=rf"0291-L.txt:2: .*({complaint})"):
        read_labels(path)


def test_a_list_with_a_hole_is_refused(tmp_path):
    write(tmp_path, "wave\n\nclap\n", "actions.txt")
    with pytest.raises(FileFormatError, match=r"actions.txt: expected the name of an action"):
        read_labels(write(tmp_path, "1,10,50,1\n"))
