"""What becomes of a message over time, and the status callbacks that tell of it."""

from __future__ import annotations

from dialgate.simulator.records import Message
from dialgate.simulator.state import Simulator
from dialgate.simulator.wire import API_VERSION

# Source: Twilio error dictionary, read 2026-11: 30036 validity period expired, 30003 unreachable handset.
_EXPIRED = 30036
_UNREACHABLE = 30003
STOPPED = 21610


async def live(sim: Simulator, message: Message) -> None:
    """Scheduled or accepted, queued, sending, sent, delivered; or the point where it fails."""
    timing = sim.config.timing
    if message.send_at is not None:
        await sim.clock.sleep((message.send_at - sim.clock.now()).total_seconds())
    if message.status != "queued":
        settle(sim, message, "queued")
    if is_stopped(sim, message):
        stop(sim, message)
        return
    await sim.clock.sleep(min(timing.queue_s, message.validity_s))
    if timing.queue_s > message.validity_s:
        settle(sim, message, "failed", _EXPIRED)
        return
    settle(sim, message, "sending")
    await sim.clock.sleep(timing.send_s)
    message.sent_at = sim.clock.now()
    settle(sim, message, "sent")
    await sim.clock.sleep(timing.deliver_s)
    code = sim.fault("undelivered", message.to)
    if code is None:
        settle(sim, message, "delivered")
    else:
        settle(sim, message, "undelivered", int(code) or _UNREACHABLE)


def is_stopped(sim: Simulator, message: Message) -> bool:
    """Whether the carrier will not deliver it because the person said STOP to this sender."""
    return not message.auto_reply and sim.is_blocked(message.to, message.sender, message.messaging_service_sid)


def stop(sim: Simulator, message: Message) -> None:
    """It was to be sent now, and is not."""
    message.sent_at = sim.clock.now()
    settle(sim, message, "failed", STOPPED)


def settle(sim: Simulator, message: Message, status: str, error_code: int | None = None) -> None:
    """Enter a status and tell the status callback, if there is one."""
    message.status, message.error_code = status, error_code
    message.error_message = None if error_code is None else f"Simulated failure {error_code}"
    message.note(sim.clock.now(), status=status, error_code=error_code)
    if message.status_callback:
        pairs = [
            ("SmsSid", message.sid),
            ("SmsStatus", status),
            ("MessageStatus", status),
            ("To", message.to),
            ("MessageSid", message.sid),
            ("AccountSid", sim.config.account_sid),
            ("From", message.sender),
            ("ApiVersion", API_VERSION),
        ]
        if message.messaging_service_sid:
            pairs.append(("MessagingServiceSid", message.messaging_service_sid))
        if error_code is not None:
            pairs += [("ErrorCode", str(error_code)), ("ErrorMessage", message.error_message or "")]
        sim.webhooks.call_back(message, message.status_callback, tuple(pairs))
