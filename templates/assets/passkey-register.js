// Registering a passkey: on the settings page, or on a phone that its link was handed to.

import { forget, panel, post, Refused } from "./passkey.js";
import { creationOptions, credentialJson, hybridIsMissing, supported } from "./webauthn-json.js";

const section = document.querySelector("#passkey-register");
const form = section.querySelector("[data-act=register]");
const { at } = section.dataset;
const waiting = section.dataset.continue ? { continue: section.dataset.continue } : {};

async function finish(credential, { options, state }) {
  const name = form.elements.name?.value.trim();
  const named = name ? { name } : {};
  try {
    return await post(`${at}/finish`, { ...named, ...waiting, state, credential: credentialJson(credential) });
  } catch (error) {
    await forget(options.publicKey.rp.id, error);
    throw error;
  }
}

/** `unasked`: before anybody has pressed, which some browsers want first. */
async function register({ clear, show, wait }, button, unasked) {
  if (!supported()) return show(new Refused("unsupported"));
  const work = (yes) => {
    wait(yes);
    button.setAttribute("aria-disabled", String(yes));
  };
  work(true);
  clear();
  try {
    const begun = await post(`${at}/begin`, {});
    const credential = await navigator.credentials.create({ publicKey: creationOptions(begun.options.publicKey) });
    const { next } = await finish(credential, begun);
    location.assign(next);
  } catch (error) {
    work(false);
    if (!unasked || error.name !== "NotAllowedError") show(error, () => form.requestSubmit());
  }
}

if (form) {
  const said = panel(section);
  const button = form.querySelector("button");
  // Where the browser shows no QR code, ours leads on.
  const ownQr = document.querySelector("#own-qr");
  const missing = ownQr && hybridIsMissing();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ("byPhone" in section.dataset && (await missing)) ownQr.requestSubmit();
    else if (button.getAttribute("aria-disabled") !== "true") register(said, button);
  });
  if (await missing) ownQr.querySelector("[data-hybrid-missing]").hidden = false;
  if ("atOnce" in section.dataset) register(said, button, true);
}
