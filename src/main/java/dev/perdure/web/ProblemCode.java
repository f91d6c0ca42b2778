package dev.perdure.web;

import java.util.Locale;

/**
 * Every error that HTTP clients can be told, by the code they can rely on.
 *
 * <p>Nothing was stored when the status is 4xx, or 503 with {@link #FULL}, {@link #DISK_FULL} or
 * {@link #STANDBY}. For any other 5xx that is unknown.
 */
public enum ProblemCode {
  BAD_REQUEST(400, "The request is malformed"),
  AMBIGUOUS_URL(400, "The URL can be read in more than one way"),
  BAD_HOST(400, "The Host header is missing, doubled or malformed"),
  MALFORMED_QUERY(400, "The query string is malformed"),
  TOKEN_IN_QUERY(400, "A token does not belong into a URL"),
  UNKNOWN_PARAMETER(400, "There is no such parameter"),
  BAD_VALUE(400, "A parameter has a value that is not allowed"),
  BAD_IDEMPOTENCY_KEY(400, "The Idempotency-Key is not lawful"),
  INCOMPLETE_BODY(400, "The body ended too early"),
  EMPTY_BODY(400, "The body is empty"),
  INVALID_UTF8(400, "The body is not UTF-8"),
  MALFORMED_JSON(400, "The body is not well-formed JSON"),
  MALFORMED_FORM(400, "The form is malformed"),
  TOO_DEEP(400, "The JSON is nested too deeply"),
  TOO_MANY_FIELDS(400, "An object in the JSON has too many fields"),
  BAD_NUMBER(400, "The JSON holds a number without bounds"),
  DUPLICATE_FIELD(400, "A field is given twice"),
  UNKNOWN_FIELD(400, "There is no such field"),
  MISSING_FIELD(400, "A field is missing"),
  WRONG_TYPE(400, "A field has a value of the wrong type"),
  UNAUTHORIZED(401, "A token is needed"),
  CROSS_SITE(403, "Requests from other sites are refused"),
  NOT_LOCAL(403, "Only this machine may come in"),
  NOT_FOUND(404, "There is nothing here"),
  RUN_NOT_FOUND(404, "There is no such run"),
  VALUE_NOT_FOUND(404, "There is no such value"),
  UNKNOWN_WORKFLOW(404, "There is no such workflow"),
  METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
  BODY_TIMEOUT(408, "The body took too long to arrive"),
  RUN_ENDED(409, "The run has ended"),
  RUN_ENDING(409, "The run is ending already"),
  SIGNALS_FULL(409, "Too many signals wait for the run"),
  BODY_TOO_LARGE(413, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is of a kind that is not accepted here"),
  MISDIRECTED_HOST(421, "The Host is not one of this server"),
  INVALID_INPUT(422, "The input is not of the workflow's type"),
  INVALID_SIGNAL(422, "No run could take this signal"),
  KEY_REUSED(422, "The Idempotency-Key was used with another input"),
  TOO_MANY_ATTEMPTS(429, "Too many wrong tokens"),
  INTERNAL(500, "Something went wrong inside Perdure"),
  JOURNAL_FAILED(500, "The journal has failed"),
  STARTING(503, "Perdure is starting"),
  STANDBY(503, "Another engine owns the data"),
  FAILED(503, "The journal can not be used any longer"),
  STOPPING(503, "Perdure is shutting down"),
  NOT_ACCEPTING(503, "No runs are accepted now"),
  FULL(503, "Too much is waiting already"),
  DISK_FULL(503, "There is no space left");

  private final int status;
  private final String title;

  ProblemCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The code as JSON has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public int status() {
    return status;
  }

  /** The same for every occurrence. */
  public String title() {
    return title;
  }
}
