package dev.perdure.bench;

import java.util.List;

/** A group of figures that are measured together. */
interface Part {

  /** Its name, as in {@code make bench PART=raw}. */
  String name();

  List<Figure> measure(Bounds bounds) throws Exception;
}
