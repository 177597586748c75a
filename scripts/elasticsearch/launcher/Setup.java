import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.elasticsearch.Build;

/**
 * Finishes the folder that the pom laid out: packs DIR/classes as DIR/launcher.jar (a Java runtime without a JDK has no
 * jar tool, and the JVM's archive takes no folders of classes), and gives each module its descriptor.
 *
 *   Setup DIR
 */
public final class Setup {
    private Setup() {}

    public static void main(String[] args) throws IOException {
        Path home = Path.of(args[0]);
        pack(home.resolve("classes"), home.resolve("launcher.jar"));
        describe(home.resolve("modules"));
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
            DirectoryStream<Path> files = Files.newDirectoryStream(classes, "*.class")) {
            for (Path file : files) {
                out.putNextEntry(new JarEntry(file.getFileName().toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    /** A jar carries its module's descriptor, be it in the module's folder or on the class path. */
    private static void describe(Path modules) throws IOException {
        for (String name : Modules.ORDER) {
            Path folder = Files.createDirectories(modules.resolve(name));
            Files.writeString(folder.resolve(Modules.DESCRIPTOR), name.equals("supplement") ? supplement() : carried(name, folder));
        }
    }

    private static String supplement() {
        String version = Build.current().version();
        return String.join("\n", "name=supplement", "description=What the server's jar leaves to modules that are absent",
            "version=" + version, "java.version=21", "elasticsearch.version=" + version, "classname=Supplement", "");
    }

    /** Less its module name, so that it loads as a plain plugin, without a module layer. */
    private static String carried(String name, Path folder) throws IOException {
        List<URL> urls = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) urls.add(jar.toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), Modules.SERVER);
            InputStream in = loader.getResourceAsStream("META-INF/es-plugins/" + name + "/" + Modules.DESCRIPTOR)) {
            if (in == null) throw new IllegalStateException("no jar carries the descriptor of module " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("modulename") && !line.startsWith("#") && !line.isBlank())
                .collect(Collectors.joining("\n", "", "\n"));
        }
    }
}
