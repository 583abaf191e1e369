// What this phone made and nobody registered, its passkey manager may forget.

import { forget } from "./passkey.js";

const { rpId, credentialId } = document.querySelector("#passkey-orphan").dataset;
await forget(rpId, { answer: { signal_unknown: credentialId } });
