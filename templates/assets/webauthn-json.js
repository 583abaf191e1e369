// WebAuthn's JSON forms (WebAuthn Level 3 §5.1.8 to §5.1.10), with our own way where a browser lacks them.

const toBytes = (text) => {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (credentials) =>
  (credentials ?? []).map((credential) => ({ ...credential, id: toBytes(credential.id) }));

export const supported = () =>
  typeof window.PublicKeyCredential === "function" && Boolean(navigator.credentials);

/** Only where the browser says so: most of those that do not know have it. */
export const hybridIsMissing = async () =>
  (await window.PublicKeyCredential?.getClientCapabilities?.().catch(() => {}))?.hybridTransport === false;

export function creationOptions(json) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  return {
    ...json,
    challenge: toBytes(json.challenge),
    user: { ...json.user, id: toBytes(json.user.id) },
    excludeCredentials: withBytes(json.excludeCredentials),
  };
}

export function requestOptions(json) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  return { ...json, challenge: toBytes(json.challenge), allowCredentials: withBytes(json.allowCredentials) };
}

export function credentialJson(credential) {
  if (credential.toJSON) {
    try {
      return credential.toJSON();
    } catch {
      // Some password managers put in a credential whose toJSON throws.
    }
  }
  const { response } = credential;
  const bytes = (names) =>
    Object.fromEntries(names.filter((name) => response[name]).map((name) => [name, toText(response[name])]));
  const json = {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: bytes(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]),
  };
  if (response.getTransports) json.response.transports = response.getTransports();
  return json;
}
