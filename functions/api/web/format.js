// Dates, shares, counts and money as the page shows them.

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export const formatDate = (iso) => date.format(new Date(iso));
export const formatTime = (iso) => dateTime.format(new Date(iso));

/** A share of 1 in percent. */
export const formatPercent = (share) => `${Math.round(share * 100)}%`;
export const formatSeconds = (count) => (count < 10 ? `${count.toFixed(1)} s` : `${Math.round(count)} s`);

/** A count with its noun: "1 cover", "2 covers". */
export const formatCount = (count, singular, plural = `${singular}s`) => `${count} ${count === 1 ? singular : plural}`;

/** An amount of US dollars: "nothing", "0.40 cents" or "$0.024". */
export const formatUsd = (usd) =>
  usd === 0 ? "nothing" : usd < 0.01 ? `${(usd * 100).toFixed(2)} cents` : `$${usd.toFixed(3)}`;
