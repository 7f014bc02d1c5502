import { InvalidArgumentError } from "../../../network/errors.js";
import { parseJson } from "../../../network/parse-json.js";
import { readText } from "../../../system/read-text.js";
import { reasonOf } from "../../../system/write-file.js";
import { stackArchitecture } from "./stack-architecture.js";
import type { StackDescription } from "./stack-description.js";

/**
 * What `--model` stands for: the description in a file whose name ends in `.json`, checked; or a name, as it is.
 *
 * @throws InvalidArgumentError naming the file, and what is wrong in it.
 */
export async function readModel(model: string): Promise<string | StackDescription> {
  if (!/\.json$/i.test(model)) return model;
  const description = parsed(model, await textOf(model)) as StackDescription;
  stackArchitecture(description, { source: model });
  return description;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    throw new InvalidArgumentError("model", path, `a JSON file that can be read (${reasonOf(error)})`);
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new InvalidArgumentError("model", path, `a file of JSON (${(error as Error).message})`);
  }
}
