import { install } from "./element";

install();
