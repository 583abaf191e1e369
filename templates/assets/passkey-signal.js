// Tells the browser's passkey manager which passkeys are registered here, and under which name (WebAuthn Level 3 §5.1.10).
// What it keeps beside them it may hide; what was renamed it shows anew.

const { rpId, userId, accepted, name, displayName } = document.querySelector("#passkey-signal").dataset;
const allAcceptedCredentialIds = accepted.split(" ").filter(Boolean);

// A manager that knows none of them has nothing to say, and nor have we.
const told = [
  window.PublicKeyCredential?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds }),
  window.PublicKeyCredential?.signalCurrentUserDetails?.({ rpId, userId, name, displayName }),
];
await Promise.allSettled(told);
