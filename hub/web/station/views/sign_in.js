/** Signing in. What was typed stays when it fails, except the password of a refused try. */

import { h, setShown, setText } from "../../shared/dom.js";
import { asDuration, t } from "../../shared/texts.js";

function explain(error) {
  const wait = error.retryAfterS ? asDuration(Math.max(60, error.retryAfterS)) : t("duration.minutes", { n: 1 });
  return t(`sign_in.error.${error.code}`, { wait });
}

/** `signIn(email, password)` rejects with ApiError. */
export function createSignIn({ signIn }) {
  const email = h("input", {
    id: "email",
    type: "email",
    autocomplete: "username",
    required: true,
    "aria-describedby": "sign-in-error",
  });
  const password = h("input", {
    id: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
    "aria-describedby": "sign-in-error",
  });
  const shown = h("input", {
    id: "show-password",
    type: "checkbox",
    onchange: () => (password.type = shown.checked ? "text" : "password"),
  });
  const error = h("p", { id: "sign-in-error", class: "problem", role: "alert", hidden: true });
  const submit = h("button", { class: "primary", type: "submit", text: t("sign_in.submit") });
  const fail = (sentence) => {
    setText(error, sentence);
    setShown(error, true);
  };

  async function onsubmit(event) {
    event.preventDefault();
    if (submit.disabled) return;
    if (!email.value.trim() || !password.value) {
      fail(t("sign_in.error.empty"));
      (email.value.trim() ? password : email).focus();
      return;
    }
    submit.disabled = true;
    setText(submit, t("sign_in.submitting"));
    setShown(error, false);
    try {
      await signIn(email.value.trim(), password.value);
      password.value = "";
    } catch (failure) {
      if (!failure.code) throw failure;
      fail(explain(failure));
      if (failure.code === "wrong_password") password.value = "";
      password.focus();
    } finally {
      submit.disabled = false;
      setText(submit, t("sign_in.submit"));
    }
  }

  const element = h(
    "main",
    { class: "narrow", id: "main" },
    h("h1", { text: t("app.name") }),
    h("p", { class: "subtitle", text: t("app.station") }),
    h(
      "form",
      { class: "card", novalidate: true, onsubmit, "aria-labelledby": "sign-in-title" },
      h("h2", { id: "sign-in-title", text: t("sign_in.title") }),
      error,
      h("label", { for: "email", text: t("sign_in.email") }),
      email,
      h("label", { for: "password", text: t("sign_in.password") }),
      password,
      h("label", { class: "inline", for: "show-password" }, shown, t("sign_in.show_password")),
      submit,
    ),
  );
  return { element, shown: () => email.focus() };
}
