// Draws a page anew once there is something new to be seen on it: asks while somebody looks, for as long as a hand-off lasts.

const EVERY = 1_500;
const LONGEST = 6 * 60_000;

const { follow, seen } = document.querySelector("[data-follow]").dataset;

/** Signed out is something new as well; a network that is away for a moment is not. */
async function changed() {
  const answer = await fetch(follow, { headers: { Accept: "application/json" } });
  return answer.status === 401 || (answer.ok && (await answer.json()).seen !== seen);
}

async function ask() {
  if (!document.hidden && (await changed().catch(() => false))) return location.reload();
  if (performance.now() < LONGEST) setTimeout(ask, EVERY);
}

setTimeout(ask, EVERY);
