// @ts-check
/** The offer of the tour on the first visit, and the button that opens it. The tour is loaded when it is wanted. */

import { find } from "./dom.js";
import { keep, setting } from "./settings.js";

const SETTING = "tour";

/** @param {{ load: () => Promise<import("./tour.js").PageTour>, failed: (error: unknown) => void }} tour */
export function offerTour({ load, failed }) {
  const offer = find(document, ".tour-offer", HTMLElement);
  /** @type {Promise<import("./tour.js").PageTour> | null} */
  let tour = null;
  const turn = async () => {
    offer.hidden = true;
    tour ??= load();
    try {
      (await tour).turn();
    } catch (error) {
      tour = null;
      failed(error);
    }
  };
  find(document, "button[data-action=tour]", HTMLButtonElement).addEventListener("click", () => void turn());
  offer.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-tour=start]")) void turn();
    else offer.hidden = true;
  });
  if (setting(SETTING) === null) {
    offer.hidden = false;
    keep(SETTING, "offered");
  }
}
