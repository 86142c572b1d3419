// What every page loads: Tabler's menus, tabs and dialogs, and htmx under a strict Content Security Policy.
import * as tabler from "@tabler/core/dist/js/tabler.esm.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import { keepDrafts } from "./autosave.js";
import { behave } from "./behaviour.js";
import { bell } from "./bell.js";
import { listen } from "./keyboard.js";
import { live } from "./lists.js";
import { loadEditors } from "./editors.js";
import { read } from "./reading.js";
import { sortTables } from "./sorting.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold other people's data: none of it may stay behind in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    // A refused form and a lost race come back as a page that says so and keeps what was typed.
    { code: "409|422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ],
});

window.htmx = htmx;
behave({ htmx, tabler });
bell(htmx);
listen();
live(htmx);
keepDrafts();
loadEditors();
read();
sortTables();
