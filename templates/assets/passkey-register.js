// Registering a passkey.

import { forget, panel, post, Refused } from "./passkey.js";
import { creationOptions, credentialJson, supported } from "./webauthn-json.js";

const section = document.querySelector("#passkey-register");
const form = section.querySelector("[data-act=register]");
const waiting = section.dataset.continue ? { continue: section.dataset.continue } : {};

async function finish(credential, { options, state }) {
  const name = form.elements.name.value.trim();
  const named = name ? { name } : {};
  try {
    return await post("/settings/passkeys/finish", { ...named, ...waiting, state, credential: credentialJson(credential) });
  } catch (error) {
    await forget(options.publicKey.rp.id, error);
    throw error;
  }
}

async function register({ clear, show, wait }, button) {
  if (!supported()) return show(new Refused("unsupported"));
  const work = (yes) => {
    wait(yes);
    button.setAttribute("aria-disabled", String(yes));
  };
  work(true);
  clear();
  try {
    const begun = await post("/settings/passkeys/begin", {});
    const credential = await navigator.credentials.create({ publicKey: creationOptions(begun.options.publicKey) });
    const { next } = await finish(credential, begun);
    location.assign(next);
  } catch (error) {
    work(false);
    show(error, () => form.requestSubmit());
  }
}

if (form) {
  const said = panel(section);
  const button = form.querySelector("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") !== "true") register(said, button);
  });
}
