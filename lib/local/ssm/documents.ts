import { type CommandDocument, InvalidDocumentError, parseDocument } from '../agent/document.ts';
import { InvalidParametersError, resolveParameters } from '../agent/parameters.ts';
import { type JsonObject, ServiceError } from '../service.ts';

/** Bytes of a document together with the values of its parameters. */
const documentLimit = 65_536;

interface StoredDocument {
  readonly document: CommandDocument;
  readonly version: number;
  readonly bytes: number;
}

/** What a command runs: a document and one text for each of its parameters. */
export interface PreparedDocument {
  readonly document: CommandDocument;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The Command documents of the account; only the newest version of each. */
export class DocumentStore {
  readonly #documents = new Map<string, StoredDocument>();

  /**
   * @param content The document, parsed or as JSON text.
   * @throws {ServiceError} for a document that AWS or the local agent would not take.
   */
  put(name: string, content: string | JsonObject, targetType: string): void {
    if (!/^[\w.-]{3,128}$/.test(name) || /^(aws|amazon|amzn)/i.test(name)) {
      const message = `"${name}" cannot name a document: use 3 to 128 of A-Z a-z 0-9 _ . - and none of AWS's prefixes.`;
      throw new ServiceError('ValidationException', message);
    }
    if (!/^\/[\w./:-]*$/.test(targetType)) {
      throw new ServiceError('ValidationException', `Document ${name} has target type "${targetType}"; set it to "/".`);
    }
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    const bytes = Buffer.byteLength(text);
    checkSize(name, bytes);
    const version = (this.#documents.get(name)?.version ?? 0) + 1;
    this.#documents.set(name, { document: readDocument(name, text), version, bytes });
  }

  /** @throws {ServiceError} for an unknown document or version, refused parameters, or both together being too large. */
  prepare(name: string, version: string, given: Readonly<Record<string, readonly string[]>>): PreparedDocument {
    const stored = this.#documents.get(name);
    if (!stored)
      throw new ServiceError('InvalidDocument', `There is no document ${name}; register it with putDocument.`);
    if (!['$DEFAULT', '$LATEST', String(stored.version)].includes(version)) {
      const message = `Document ${name} has no version "${version}", only ${stored.version}.`;
      throw new ServiceError('InvalidDocumentVersion', message);
    }
    checkSize(name, stored.bytes + Buffer.byteLength(JSON.stringify(given)));
    try {
      return { document: stored.document, parameters: resolveParameters(stored.document, given) };
    } catch (error) {
      if (!(error instanceof InvalidParametersError)) throw error;
      throw new ServiceError('InvalidParameters', error.message);
    }
  }
}

function checkSize(name: string, bytes: number): void {
  if (bytes <= documentLimit) return;
  const message = `${name} has ${bytes} bytes with its parameters, at most ${documentLimit}; split it or shorten its scripts.`;
  throw new ServiceError('MaxDocumentSizeExceeded', message);
}

function readDocument(name: string, text: string): CommandDocument {
  try {
    return parseDocument(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof InvalidDocumentError || error instanceof SyntaxError)) throw error;
    throw new ServiceError('InvalidDocumentContent', `Document ${name}: ${error.message}`);
  }
}
