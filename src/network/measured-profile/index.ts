export { type ParseProfileOptions, parseMeasuredProfile } from "./parse.js";
export { ProfileError } from "./profile-error.js";
export { PROFILE_KINDS, PROFILE_TIMES, type ProfileTime } from "./result.js";
