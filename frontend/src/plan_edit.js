// The page on which a routine is changed.

import { editInPlace } from "./pages/plan_edit.js";

editInPlace();
