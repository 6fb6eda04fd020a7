"""Near duplicates: found by bands, decided by comparison, and never across a number."""

from __future__ import annotations

from hypothesis import given

from gateway.feedback.correction import Texts
from gateway.feedback.near import BANDS, alike_in, bands_of, digest_of
from tests.gateway.feedback.corrections import TEXT

LEAST = 0.92
LONG_EN = "The warranty of the bicycle lasts for two years from the day on which it was handed over to the customer."
LONG_ZH = "这辆自行车的保修期从交付给顾客的那一天开始计算，总共为两年，期间所有零件都可以免费更换，不收取任何费用。"


def _alike(one: Texts, other: Texts) -> bool:
    assert alike_in(one, [other], LEAST) == alike_in(other, [one], LEAST)
    return alike_in(one, [Texts("x", "y"), other], LEAST)


def test_a_letter_more_is_nearly_the_same() -> None:
    """In English and in Chinese, and a band leads to it."""
    for text, other in ((LONG_EN, f"{LONG_EN[:-1]}s!"), (LONG_ZH, LONG_ZH.replace("总共", "一共"))):
        one, two = Texts("It lasts one year.", text), Texts("It lasts one year.", other)
        assert _alike(one, two)
        assert set(bands_of(one)) & set(bands_of(two))


def test_another_number_is_another_correction() -> None:
    """However alike the rest is."""
    one, two = Texts(LONG_EN, f"{LONG_EN} It costs 420 euros."), Texts(LONG_EN, f"{LONG_EN} It costs 470 euros.")
    assert not _alike(one, two)


def test_a_denial_is_another_correction() -> None:
    """A short word turns the sense of a short sentence."""
    one, two = Texts("x", "The meeting is on Monday."), Texts("x", "The meeting is not on Monday.")
    assert not _alike(one, two)
    assert not _alike(Texts("对", "他是医生"), Texts("对", "她是医生"))


def test_bands_find_most_and_not_everything() -> None:
    """Ten characters with one changed share a band nearly always; texts of nothing in common nearly never."""
    pairs = [(chr(0x4E00 + at * 16), f"甲乙丙丁戊己庚辛壬{chr(0x4E00 + at * 16)}") for at in range(200)]
    first = set(bands_of(Texts("", pairs[0][1])))
    alike = sum(bool(set(bands_of(Texts("", text))) & first) for _, text in pairs)
    apart = sum(
        bool(
            set(bands_of(Texts(f"{mark}一二三", f"四五{mark}六七")))
            & set(bands_of(Texts(f"甲{mark}乙", f"{mark}丙丁戊")))
        )
        for mark, _ in pairs
    )
    assert alike > 180 and apart < 20


@given(TEXT, TEXT)
def test_bands_and_digests_are_of_what_matters(original: str, corrected: str) -> None:
    """The same each time, 63 bits wide, and blind to case and spaces; a text is nearly the same as itself."""
    texts, other = Texts(original, corrected), Texts(f" {original} ", f"{corrected}\n")
    assert bands_of(texts) == bands_of(other) and len(bands_of(texts)) == BANDS
    assert all(0 <= band < 2**63 for band in bands_of(texts))
    assert digest_of(texts) == digest_of(other)
    assert _alike(texts, other)


def test_digests_tell_the_texts_apart() -> None:
    """Also where the same letters are cut differently."""
    cuts = [Texts("ab", "c", "d"), Texts("a", "bc", "d"), Texts("a", "b", "cd"), Texts("abcd", "", "")]
    assert len(set(map(digest_of, cuts))) == len(cuts)
