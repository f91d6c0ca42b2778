package dev.perdure.web.dashboard;

import java.util.List;
import java.util.Set;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.DefaultUrlSanitizer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Markdown of workflows as HTML that is safe to show: raw HTML comes out as text, links lead to
 * http, https and mail only, and images, which the page's policy would refuse, are their own
 * description. Its output is the one text that templates print without escaping.
 */
final class Markdown {

  /** Headings of a report stand below those of the page: its highest becomes this. */
  private static final int HIGHEST = 4;

  private static final int LOWEST = 6;

  private static final List<TablesExtension> EXTENSIONS =
      List.of((TablesExtension) TablesExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(EXTENSIONS)
          .escapeHtml(true)
          .sanitizeUrls(true)
          .urlSanitizer(new DefaultUrlSanitizer(List.of("http", "https", "mailto")))
          .nodeRendererFactory(ImageAsText::new)
          .build();

  private Markdown() {}

  static String toHtml(String markdown) {
    Node document = PARSER.parse(markdown);
    var highest = new Highest();
    document.accept(highest);
    document.accept(new Lower(HIGHEST - highest.level));
    return RENDERER.render(document);
  }

  private static final class Highest extends AbstractVisitor {
    private int level = LOWEST;

    @Override
    public void visit(Heading heading) {
      level = Math.min(level, heading.getLevel());
    }
  }

  private static final class Lower extends AbstractVisitor {
    private final int by;

    Lower(int by) {
      this.by = by;
    }

    @Override
    public void visit(Heading heading) {
      heading.setLevel(Math.clamp(heading.getLevel() + by, HIGHEST, LOWEST));
      visitChildren(heading);
    }
  }

  private record ImageAsText(HtmlNodeRendererContext context) implements NodeRenderer {
    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(Image.class);
    }

    @Override
    public void render(Node image) {
      for (var child = image.getFirstChild(); child != null; child = child.getNext()) {
        context.render(child);
      }
    }
  }
}
