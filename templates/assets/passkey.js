// What signing in and registering share: asking the server, and telling the person.

/** A refusal by its code; the page holds the words for it. */
export class Refused extends Error {
  constructor(code, answer = {}) {
    super(code);
    this.code = code;
    this.answer = answer;
  }
}

export async function post(address, body) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused("network");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new Refused(answer.error ?? ([429, 503].includes(response.status) ? "busy" : "other"), answer);
}

/** What nobody here knows the browser may forget (WebAuthn Level 3 §5.1.10). */
export async function forget(rpId, { answer }) {
  const credentialId = answer?.signal_unknown;
  if (credentialId) await PublicKeyCredential.signalUnknownCredential?.({ rpId, credentialId }).catch(() => {});
}

// DOMException has a number for its code.
const codeOf = (error) => (typeof error.code === "string" ? error.code : error.name);

/** The alert region of `section`, with the words out of its templates. */
export function panel(section) {
  const trouble = section.querySelector(".trouble");
  const waiting = section.querySelector(".waiting");
  const part = (name) => section.querySelector(`template[data-part=${name}]`).content;

  return {
    clear() {
      trouble.replaceChildren();
    },
    wait(yes) {
      waiting.hidden = !yes;
    },
    show(error, retry) {
      const texts = part("texts");
      const text = texts.querySelector(`[data-for~="${CSS.escape(codeOf(error))}"]`) ?? texts.querySelector("[data-for=other]");
      const frame = part("frame").cloneNode(true);
      frame.querySelector(".what").textContent = text.textContent;
      const again = frame.querySelector("[data-act=retry]");
      if (retry) again.addEventListener("click", retry);
      else again.remove();
      trouble.replaceChildren(frame);
      trouble.focus();
    },
  };
}
