// Dates, shares, counts and money as the page shows them.

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

const isSameDay = (one, other) => one.toDateString() === other.toDateString();

export const formatDate = (iso) => date.format(new Date(iso));

/** A day as people say it: "today", "yesterday", "21 November", "21 November 2025". */
export function formatDay(iso, now = new Date()) {
  const day = new Date(iso);
  if (isSameDay(day, now)) return "today";
  if (isSameDay(day, new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return "yesterday";
  return (day.getFullYear() === now.getFullYear() ? dayOfYear : date).format(day);
}

/** The time of today, or another day: since "11:27", since "21 November". */
export const formatSince = (iso) =>
  isSameDay(new Date(iso), new Date()) ? time.format(new Date(iso)) : formatDay(iso);

/** A day and a time: "today, 11:27". */
export const formatTime = (iso) => `${formatDay(iso)}, ${time.format(new Date(iso))}`;

/** A share of 1 in percent. */
export const formatPercent = (share) => `${Math.round(share * 100)}%`;

/** A count with its noun: "1 cover", "2 covers". */
export const formatCount = (count, singular, plural = `${singular}s`) => `${count} ${count === 1 ? singular : plural}`;

const NUMBERS = ["no", "one", "two", "three", "four"];
/** A small number in words: "four". */
export const spellCount = (count) => NUMBERS[count] ?? String(count);

/** Text that begins a sentence. */
export const capitalize = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** An estimate of US dollars: "free", "about 2 cents", "about $1.40". */
export function formatCost(usd) {
  if (!usd) return "free";
  if (usd >= 1) return `about $${usd.toFixed(2)}`;
  const cents = usd * 100;
  const text = cents < 1 ? cents.toFixed(1) : String(Math.round(cents));
  return `about ${text} ${text === "1" ? "cent" : "cents"}`;
}
