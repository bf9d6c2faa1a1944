from headway.measure.lexical import distinct_n
from headway.measure.syntax import code_trees, skeletons


def test_a_skeleton_keeps_what_sentences_hang_on():
    found = skeletons(["The cat didn't sit on the mat, because it's 3.5 degrees.", "", "I’ll see the dogs!", "Café"])
    assert found.texts() == ["the _ didn't _ on the _ , because it's _ _ .", "", "i'll _ the _ !", "_"]


def test_other_words_in_the_same_sentences_are_one_skeleton():
    found = skeletons(["I saw the dog.", "I fed the cat."])
    assert found.texts()[0] == found.texts()[1]


def test_renaming_leaves_subtrees_alike_and_another_operation_does_not():
    trees, parsed = code_trees(["x = a + 1", "total = price + 20", "x = a * 1", "def f(:", ""])
    assert parsed == [True, True, True, False, True]
    shown = trees.texts()
    assert shown[0] == shown[1] != shown[2]
    assert shown[3] == shown[4] == ""
    assert distinct_n(trees.take([0, 1]), 1) == 5 / 12  # 5 shapes among the 6 nodes of each
