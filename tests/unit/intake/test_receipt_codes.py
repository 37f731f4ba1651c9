"""Receipt codes survive being read out and typed."""

from intake.receipt_codes import new_code, plain


def test_a_code_is_twelve_letters_in_groups_that_cannot_be_mistaken():
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set("ILOU") & set(code)


def test_codes_are_not_repeated():
    assert len({new_code() for _ in range(10_000)}) == 10_000


def test_however_it_is_typed_it_is_the_same_code():
    assert plain("7k3m q9zp-2xwd") == plain("7K3M-Q9ZP-2XWD")
    assert plain("OOIL-OOIL-OOIL") == plain("0011-0011-0011")
