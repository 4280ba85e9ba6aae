"""Every error code of the platform that we know, and what is done about it."""

import pytest

from bot.wechat.codes import Action, advise, advise_http, closes_account, request_id

TABLE = {
    Action.PROCEED: [0],
    Action.DONE: [45065],
    Action.BACK_OFF: [-1, 45011],
    Action.REFRESH_TOKEN: [40001, 40014, 42001],
    Action.WAIT_FOR_QUOTA: [45009],
    Action.HOLD_FOR_READER: [45015, 45047],
    Action.GIVE_UP_READER: [40003, 43004, 50005, 43019, 43101, 48002],
    Action.SWITCH_OFF: [48001, 48004, 50002, 45028, 40164, 61004, 40013, 40125, 40243, 89500, 89503, 89599],
    Action.DO_NOT_RETRY: [40033, 47001, 47003, 45002, 45008, 40007, 40029, 40163],
}


@pytest.mark.parametrize(
    ("code", "action"), [(code, action) for action, codes in TABLE.items() for code in codes]
)
def test_each_code_has_its_action(code, action):
    advice = advise(code)
    assert advice.action == action
    assert advice.meaning


def test_codes_that_close_the_whole_account():
    closing = {code for codes in TABLE.values() for code in codes if closes_account(code)}
    assert closing == {50002, 40164, 61004, 40013, 40125, 40243, 89500, 89503, 89599}


@pytest.mark.parametrize("code", [1, -2, 99999, 89499, 89600])
def test_an_unknown_code_is_not_retried(code):
    assert advise(code).action == Action.DO_NOT_RETRY


@pytest.mark.parametrize(
    ("status", "idempotent", "action"),
    [
        (0, True, Action.BACK_OFF),
        (502, True, Action.BACK_OFF),
        (0, False, Action.DO_NOT_RETRY),
        (502, False, Action.DO_NOT_RETRY),
        (404, True, Action.DO_NOT_RETRY),
    ],
)
def test_only_an_idempotent_call_is_repeated_after_silence(status, idempotent, action):
    assert advise_http(status, idempotent=idempotent).action == action


@pytest.mark.parametrize(
    ("errmsg", "rid"),
    [
        ("invalid credential rid: 61725984-6126f6f9-040f19c4", "61725984-6126f6f9-040f19c4"),
        ("invalid credential, rid:abc-1 more", "abc-1"),
        ("ok", None),
        ("", None),
    ],
)
def test_the_request_id_is_found_for_the_log(errmsg, rid):
    assert request_id(errmsg) == rid
