// Working time in words: P1W2DT4H and back.
import { t } from "./dom.js";

const TERM = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/u;

// {weeks, days, hours, minutes} as texts, or null when it is something else.
export function parseTerm(text) {
  const found = TERM.exec(text ?? "");
  if (!found || text === "P" || text?.endsWith("T")) return null;
  const [, weeks = "", days = "", hours = "", minutes = ""] = found;
  return { weeks, days, hours, minutes };
}

export function sayTerm({ weeks, days, hours, minutes }) {
  const number = (text, letter) => (Number(text) > 0 ? `${Number(text)}${letter}` : "");
  const time = number(hours, "H") + number(minutes, "M");
  const told = `P${number(weeks, "W")}${number(days, "D")}${time && `T${time}`}`;
  return told === "P" ? "" : told;
}

export function inWords(text, working = true) {
  const term = parseTerm(text);
  if (!term) return "";
  const units = working
    ? [["weeks", t("周", "w")], ["days", t("个工作日", "working days")], ["hours", t("个工作小时", "working hours")], ["minutes", t("分钟", "min")]]
    : [["weeks", t("周", "w")], ["days", t("天", "d")], ["hours", t("小时", "h")], ["minutes", t("分钟", "min")]];
  return units.filter(([name]) => term[name]).map(([name, label]) => `${term[name]} ${label}`).join(" ");
}
