/** Passing the call on: whom to, asking the hub, taking it back, and not hanging up on a caller who is still here. */

import { t } from "../shared/texts.js";
import { isLive, isUnanswered } from "./call_transfer.js";
import { Loader } from "./loader.js";
import { ask } from "./views/dialog.js";

/** Colleagues come and go while the agent is choosing one. */
const TARGETS_EVERY_MS = 4000;

export class TransferDesk {
  /** Whom the call can be passed on to; asked for while the panel is open. */
  targets;
  #state;
  #send;
  #say;
  #dispatch;
  #question = null;

  /**
   * `state()` gives the page's state, `dispatch(event)` changes it; `send(type, fields)` speaks to the hub (false
   * when it is away); `loadTargets()` asks it for the list; `say(sentence)` tells the agent; `onChange()` when the
   * list has changed.
   */
  constructor({ state, dispatch, send, loadTargets, say, onChange }) {
    this.#state = state;
    this.#dispatch = dispatch;
    this.#send = send;
    this.#say = say;
    this.targets = new Loader({ load: loadTargets, onChange, everyMs: TARGETS_EVERY_MS });
  }

  /** Pass the call on to `target` (« to » in words). `announced`: the caller stays here until somebody answers. */
  pass({ target, to, announced }) {
    const { call, transfer } = this.#state();
    if (!call || isLive(transfer)) return;
    this.#dispatch({ type: "transfer_asked", to, announced });
    const isSent = this.#send("transfer_call", { call_id: call.callId, to: target, announced });
    if (!isSent) this.#dispatch({ type: "transfer_failed", code: "offline" });
  }

  /** Take back what nobody answered yet. */
  takeBack() {
    const { transfer } = this.#state();
    if (!isLive(transfer)) return;
    if (this.#send("cancel_transfer", { call_id: transfer.callId })) this.#dispatch({ type: "transfer_cancelled" });
    else this.#say(t("error.offline"));
  }

  /** The agent has read what became of it. */
  dismiss() {
    this.#dispatch({ type: "transfer_dismissed" });
  }

  /** An error of the hub: true when it answers what was asked here. */
  isAnsweredBy({ code, in_reply_to: callId }) {
    const { transfer } = this.#state();
    if (!isUnanswered(transfer) || transfer.callId !== callId) return false;
    this.#dispatch({ type: "transfer_failed", code });
    return true;
  }

  /** Before hanging up: somebody in a hurry may think that the caller is already gone. */
  async mayHangUp() {
    const { call, transfer } = this.#state();
    if (!isLive(transfer)) return true;
    this.callChanged();
    this.#question = new AbortController();
    const answer = await ask(
      t("transfer.hang_up.question", { to: transfer.to }),
      [
        { value: "stay", label: t("transfer.hang_up.stay"), kind: "primary" },
        { value: "hang_up", label: t("transfer.hang_up.confirm"), kind: "danger" },
      ],
      { isOptional: false, signal: this.#question.signal },
    );
    return answer === "hang_up" && this.#state().call?.callId === call.callId;
  }

  /** The call is over, or another: nothing is left to ask about. */
  callChanged() {
    this.#question?.abort();
    this.#question = null;
  }
}
