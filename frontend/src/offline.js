// On every page: the service worker, and the sessions that were done while the server was away.

import { Outbox } from "./offline/outbox.js";
import { showOffline } from "./offline/page.js";
import { forgetKept, registerWorker } from "./offline/worker.js";

const outbox = new Outbox();
registerWorker();
if (document.querySelector("[data-erased]")) {
  outbox.clear();
  forgetKept();
}
const offline = document.getElementById("offline");
if (offline) showOffline(offline, outbox.waiting);
else outbox.send();
