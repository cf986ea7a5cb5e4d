// The session page.

import { readData } from "./session/data.js";
import { Session } from "./session/session.js";
import { View } from "./session/view.js";

const data = readData();
new Session(data, new View(data)).ready();
