// What this terminal can do, as far as a page can know. Nothing of it is sent anywhere.

import { clockIsRight } from "./clock.js";
import { supported } from "./webauthn-json.js";

const passkeys = window.PublicKeyCredential;

const CHECKS = {
  scripts: () => true,
  secure: () => window.isSecureContext,
  cookies: () => navigator.cookieEnabled,
  webauthn: supported,
  platform: () => passkeys.isUserVerifyingPlatformAuthenticatorAvailable(),
  hybrid: async () => (await passkeys.getClientCapabilities()).hybridTransport,
  conditional: () => passkeys.isConditionalMediationAvailable(),
  clock: () => clockIsRight,
};

// A browser that lacks what is asked for throws, and then nobody knows.
const verdict = async (ask) => ({ true: "yes", false: "no" })[await ask()] ?? "unknown";

for (const [name, ask] of Object.entries(CHECKS)) {
  const found = await verdict(ask).catch(() => "unknown");
  const row = document.querySelector(`[data-check=${name}]`);
  row.dataset.verdict = found;
  for (const part of row.querySelectorAll("[data-if]")) part.hidden = part.dataset.if !== found;
}
