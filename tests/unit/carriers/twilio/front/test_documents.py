"""Inline TwiML passes only if it can reach nobody."""

from __future__ import annotations

import pytest

from dialgate.carriers.twilio.front.documents import objection


@pytest.mark.parametrize(
    "document",
    [
        "<Response/>",
        "<Response><Say>Hello</Say><Hangup/></Response>",
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="zh-CN">退订 &amp; 1</Say></Response>',
        '<Response><Gather numDigits="1" input="dtmf speech"><Say>Press 9</Say><Pause length="2"/></Gather></Response>',
        "<Response><Play>https://example.com/hello.mp3</Play><Play/></Response>",
        '<Response><Play digits="ww12"/></Response>',
        "<Response><Say><![CDATA[<Dial>+14155552671</Dial>]]></Say></Response>",
    ],
)
def test_documents_that_only_speak_pass(document: str) -> None:
    """Say, Play, Pause, Gather and Hangup are left as they are."""
    assert "" == objection(document)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "hello",
        "<Say>Hello</Say>",
        "<Response><Dial>+14155552671</Dial></Response>",
        "<Response><Dial/></Response>",
        "<Response><dial>+14155552671</dial></Response>",
        "<response/>",
        "<Response><Gather><Dial>1</Dial></Gather></Response>",
        "<Response><Say><Dial>1</Dial></Say></Response>",
        "<Response><Response><Dial/></Response></Response>",
        "<Response><Redirect>http://127.0.0.1/</Redirect></Response>",
        "<Response><Sms to='+14155552671'>x</Sms></Response>",
        "<Response><Message>x</Message></Response>",
        "<Response><Refer><Sip>sip:a@b</Sip></Refer></Response>",
        "<Response><Enqueue>x</Enqueue></Response>",
        "<Response><Record/></Response>",
        "<Response><Connect/></Response>",
        "<Response><Start/></Response>",
        '<Response><Gather action="/next"/></Response>',
        '<Response><Gather ACTION="x"/></Response>',
        '<Response><Gather partialResultCallback="x"/></Response>',
        '<Response><Gather hints="https://example.com"/></Response>',
        '<Response><Say loop="+14155552671">x</Say></Response>',
        '<Response><Play digits="14155552671"/></Response>',
        "<Response><Play>sip:a@b</Play></Response>",
        "<Response><Play>https://user:pass@example.com/x</Play></Response>",
        "<Response><Play>/relative.mp3</Play></Response>",
        "<!DOCTYPE Response><Response/>",
        '<!DOCTYPE r [<!ENTITY n "+1">]><Response><Say>&n;</Say></Response>',
        "<Response><!-- x --><Say>a</Say></Response>",
        "<Response><?x y?><Say>a</Say></Response>",
        "<?xml-stylesheet href='x'?><Response/>",
        "<Response/><!-- x -->",
        '<?xml version="1.1"?><Response/>',
        '<?xml version="1.0" encoding="utf-16"?><Response/>',
        '<?xml version="1.0" encoding="utf-7"?><Response/>',
        '<Response xmlns:x="urn:x"><x:Dial>1</x:Dial></Response>',
        "<Response><Say>&unknown;</Say></Response>",
        "<Response><Say>a</Response>",
        "<Response/><Response/>",
        "<Response>\x00</Response>",
    ],
)
def test_documents_that_could_reach_somebody_do_not(document: str) -> None:
    """Anything that dials, texts, redirects, hides or cannot be read is objected to in words."""
    assert "" != objection(document)
