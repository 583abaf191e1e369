// Says so when this machine's clock is more than a minute off: sign-ins then fail in ways nobody can explain.

const TOLERATED = 60_000;

const warning = document.querySelector("[data-server-time]");
const answeredAt = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
export const clockIsRight = Math.abs(answeredAt - Number(warning.dataset.serverTime)) <= TOLERATED;
warning.hidden = clockIsRight;
