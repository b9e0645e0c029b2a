// The page before the login. Its markup is in the page, so that a new visitor sees it before scripts run.

const template = document.getElementById("welcome");
const markup = (template?.content ?? document).querySelector(".welcome").cloneNode(true);

/** The view before the login; `loginCode` says how the last one failed. */
export function welcomeView(loginCode) {
  const element = markup.cloneNode(true);
  element.querySelector(".for-owner").open = loginCode === "not_configured";
  return { element, title: "" };
}
