// Signing in with a passkey: by the button, and by the browser's autofill where it offers one.

import { forget, panel, post, Refused } from "./passkey.js";
import { credentialJson, requestOptions, supported } from "./webauthn-json.js";

// The challenge lives 60 s and the autofill prompt for ever: ask for a new one well before.
const REARM_EVERY = 45_000;

const section = document.querySelector("#passkey-login");
const form = document.querySelector("#password-login");
const button = section.querySelector("[data-act=passkey]");
const { clear, show, wait } = panel(section);
const waiting = section.dataset.continue ? { continue: section.dataset.continue } : {};

let autofill = false;
let busy = false;
let offer = null;

const begin = () => post("/login/passkey/begin", waiting);

async function finish(credential, { options, state }) {
  try {
    const { next } = await post("/login/passkey/finish", { ...waiting, state, credential: credentialJson(credential) });
    // Going back from the application must not end at a request that was answered.
    location.replace(next);
  } catch (error) {
    await forget(options.publicKey.rpId, error);
    throw error;
  }
}

function work(yes) {
  busy = yes;
  wait(yes);
  button.setAttribute("aria-disabled", String(yes));
}

/** The browser allows one request at a time, and the old one has to be gone before the next. */
async function withdraw() {
  const old = offer;
  offer = null;
  old?.controller.abort();
  await old?.done;
}

async function byButton() {
  if (busy) return;
  if (!supported()) return show(new Refused("unsupported"));
  work(true);
  clear();
  try {
    await withdraw();
    const begun = await begin();
    const credential = await navigator.credentials.get({ publicKey: requestOptions(begun.options.publicKey) });
    await finish(credential, begun);
  } catch (error) {
    work(false);
    show(error, byButton);
    arm();
  }
}

async function byAutofill({ signal }) {
  let timer;
  let chosen = false;
  try {
    const begun = await begin();
    if (signal.aborted) return;
    timer = setTimeout(rearm, REARM_EVERY);
    const credential = await navigator.credentials.get({
      publicKey: requestOptions(begun.options.publicKey),
      mediation: "conditional",
      signal,
    });
    clearTimeout(timer);
    chosen = true;
    work(true);
    clear();
    await finish(credential, begun);
  } catch (error) {
    clearTimeout(timer);
    // Nobody asked for the offer itself: its failures are silent, and the next one waits for the field to be entered.
    if (signal.aborted) return;
    offer = null;
    if (!chosen) return;
    work(false);
    show(error, byButton);
  }
}

function arm() {
  if (!autofill || busy || offer || document.hidden) return;
  const controller = new AbortController();
  offer = { controller, done: byAutofill(controller) };
}

async function rearm() {
  await withdraw();
  arm();
}

button.addEventListener("click", byButton);
section.addEventListener("click", (event) => {
  if (!form || !event.target.closest("[data-act=password]")) return;
  event.preventDefault();
  form.email.focus();
});
document.addEventListener("visibilitychange", () => (document.hidden ? withdraw() : arm()));
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  work(false);
  rearm();
});

if (form && supported()) {
  // 「ログイン」 with nothing typed means the passkey.
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    if (form.email.value.trim() === "" && form.password.value === "") {
      event.preventDefault();
      byButton();
    } else if (!form.checkValidity()) {
      event.preventDefault();
      form.reportValidity();
    }
  });
  // Not on a shared terminal, where its fields are for nobody to fill.
  if (form.email.autocomplete.includes("webauthn")) {
    form.email.addEventListener("focus", arm);
    autofill = await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false);
    arm();
  }
}
