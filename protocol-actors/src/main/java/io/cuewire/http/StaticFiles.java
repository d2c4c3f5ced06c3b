package io.cuewire.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.http.content.ResourceHttpContentFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The files of one folder. Nothing is kept in memory: a file that was changed shows at once. */
final class StaticFiles extends ResourceHandler {
  private static final MimeTypes TYPES = types();

  private final Path folder;

  private StaticFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * @throws NotDirectoryException when it is no folder
   */
  static StaticFiles of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toAbsolutePath().normalize().toString());
    }
    var real = folder.toRealPath();
    var files = new StaticFiles(real);
    files.setBaseResource(ResourceFactory.root().newResource(real));
    files.setDirAllowed(false);
    files.setEtags(true);
    files.setCacheControl("no-cache");
    return files;
  }

  /** Text is UTF-8, whatever kind of text it is. */
  private static MimeTypes types() {
    var types = new MimeTypes.Mutable();
    new MimeTypes.Mutable()
        .getMimeMap()
        .forEach((extension, type) -> {
          if (type.startsWith("text/") && !type.contains("charset")) {
            types.addMimeMapping(extension, type + ";charset=utf-8");
          }
        });
    return types;
  }

  @Override
  protected HttpContent.Factory newHttpContentFactory(ByteBufferPool.Sized buffers) {
    var files = new ResourceHttpContentFactory(getBaseResource(), TYPES, buffers);
    return path -> {
      var content = files.getContent(path);
      return content != null && isInside(content.getResource().getPath()) ? content : null;
    };
  }

  /** False for a link that leads out of the folder. */
  private boolean isInside(Path file) {
    try {
      return file.toRealPath().startsWith(folder);
    } catch (IOException gone) {
      return false;
    }
  }
}
