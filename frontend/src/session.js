// The session page.

import { cameFromWorker, keepThisPage, registerWorker, startOnlyOn } from "./offline/worker.js";
import { readData } from "./session/data.js";
import { Session } from "./session/session.js";
import { View } from "./session/view.js";

const data = readData();
const view = new View(data);
if (cameFromWorker()) view.onlyGuided(data.words.start_kept, data.words.start);
if (!data.demo) startOnlyOn(data.day, view.startButtons);
new Session(data, view).ready();
registerWorker().then(keepThisPage);
