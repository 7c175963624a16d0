"""The recordings offered."""

from pathlib import Path

from app.library import MOST_RECENT, Library, LibraryEntry

WALK = LibraryEntry(title="Walk around", path=Path("/samples/walk.npz"))
SIT = LibraryEntry(title="Sit down", path=Path("/samples/sit.npz"))
LIBRARY = Library(samples=(WALK, SIT))


def titles(library: Library) -> list[str]:
    return [entry.title for entry in library.recordings]


def test_the_recording_opened_last_comes_first() -> None:
    library = LIBRARY.opened(Path("/a/one.json"), num_frames=10)
    library = library.opened(Path("/a/two.json"), num_frames=1040)
    assert titles(library) == ["two", "one"]
    assert library.recordings[0].detail == "1\N{NARROW NO-BREAK SPACE}040 f"


def test_opening_again_moves_it_to_the_front_once() -> None:
    library = LIBRARY
    for name in ("one", "two", "one"):
        library = library.opened(Path(f"/a/{name}.json"), num_frames=10)
    assert titles(library) == ["one", "two"]


def test_samples_are_not_listed_twice() -> None:
    assert LIBRARY.opened(WALK.path, num_frames=90) is LIBRARY
    assert titles(LIBRARY.joined((SIT.path, Path("/a/one.json")))) == ["one"]


def test_dropped_recordings_join_in_their_order() -> None:
    library = LIBRARY.joined((Path("/a/one.json"), Path("/a/two.json")))
    assert titles(library) == ["one", "two"]


def test_only_so_many_are_remembered() -> None:
    library = LIBRARY
    for number in range(MOST_RECENT + 5):
        library = library.opened(Path(f"/a/{number}.json"), num_frames=1)
    assert len(library.recordings) == MOST_RECENT
    assert library.recordings[0].title == str(MOST_RECENT + 4)


def test_all_words_of_a_search_must_occur() -> None:
    library = LIBRARY.joined((Path("/kitchen/walk-1.json"), Path("/garden/walk-2.json")))
    found = library.sections("WALK kitchen")
    assert [entry.title for section in found for entry in section.entries] == ["walk-1"]


def test_sections_without_a_match_are_left_out() -> None:
    assert [section.title for section in LIBRARY.sections("sit")] == ["Samples"]
    assert LIBRARY.sections("swim") == ()


def test_a_recording_that_is_gone_leaves_the_library() -> None:
    library = LIBRARY.joined((Path("/a/one.json"), Path("/a/two.json")))
    assert titles(library.without(Path("/a/one.json"))) == ["two"]
