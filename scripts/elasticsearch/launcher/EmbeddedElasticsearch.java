import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.SecureSettings;
import org.elasticsearch.common.settings.SecureString;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;

/**
 * Runs one real Elasticsearch node with security in this JVM, from the jars that Maven Central carries. For tests and
 * for trying things out: loopback only, one node.
 *
 *   EmbeddedElasticsearch --home DIR --modules DIR [--http-port P] [--exit-after-start]
 *
 * ELASTIC_PASSWORD is the password of the user "elastic". One line "READY http://127.0.0.1:PORT pid=N startup_ms=N"
 * says that HTTP answers. The node stops on SIGTERM and when its standard input closes, so that it never outlives the
 * process that started it, however that one ends.
 */
public final class EmbeddedElasticsearch {
    private static final String NAME = "embedded";
    private static final String LOG_LEVEL = "WARN";

    private EmbeddedElasticsearch() {}

    public static void main(String[] args) throws Exception {
        Path home = null;
        Path modules = null;
        String httpPort = "9200-9299";
        boolean exitAfterStart = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--home" -> home = Path.of(args[++i]).toAbsolutePath().normalize();
                case "--modules" -> modules = Path.of(args[++i]).toAbsolutePath().normalize();
                case "--http-port" -> httpPort = args[++i];
                case "--exit-after-start" -> exitAfterStart = true;
                default -> throw new IllegalArgumentException("unknown argument " + args[i]);
            }
        }
        if (home == null || modules == null) throw new IllegalArgumentException("--home and --modules are needed");
        if (!exitAfterStart) exitWithParent();

        layOut(home, modules);
        Node node = new Node(environment(home, httpPort), Modules.loader(home.resolve("modules")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node), "embedded-stop"));
        node.start();

        int port = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
        long millis = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.printf("READY http://127.0.0.1:%d pid=%d startup_ms=%d%n", port, ProcessHandle.current().pid(), millis);
        System.out.flush();
        if (exitAfterStart) System.exit(0);
        new CountDownLatch(1).await();
    }

    private static void exitWithParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException e) {
                // a broken pipe is an end, too
            }
            System.exit(0);
        }, "embedded-parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    private static void layOut(Path home, Path modules) throws IOException {
        for (String folder : List.of("config", "data", "logs", "plugins", "tmp")) Files.createDirectories(home.resolve(folder));
        Path link = home.resolve("modules");
        if (Files.isSymbolicLink(link)) Files.delete(link); // an earlier version's
        Files.createSymbolicLink(link, modules);
        linkZstd(home);
    }

    /** best_compression and logsdb need libzstd, which the server looks for in its own home: Debian's is that library. */
    private static void linkZstd(Path home) throws IOException {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        Path library = Path.of("/usr/lib", (arm ? "aarch64" : "x86_64") + "-linux-gnu", "libzstd.so.1");
        Path link = home.resolve("lib/platform/linux-" + (arm ? "aarch64" : "x64")).resolve("libzstd.so");
        if (!Files.exists(library) || Files.exists(link)) return;
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, library);
    }

    private static Environment environment(Path home, String httpPort) {
        // libvec isn't on Maven Central; unless told so, the server gives up all native code, zstd too
        System.setProperty("org.elasticsearch.nativeaccess.enableVectorLibrary", "false");
        System.setProperty("java.io.tmpdir", home.resolve("tmp").toString());
        System.setProperty("es.path.home", home.toString());
        System.setProperty("es.path.conf", home.resolve("config").toString());

        LogConfigurator.registerErrorListener();
        LogConfigurator.configureESLogging();
        LogConfigurator.setNodeName(NAME);
        LogConfigurator.setClusterName(NAME);
        LogConfigurator.configureWithoutConfig(Settings.builder().put("logger.level", LOG_LEVEL).build());

        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", home.resolve("data").toString())
            .put("path.logs", home.resolve("logs").toString())
            .put("cluster.name", NAME)
            .put("node.name", NAME)
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", httpPort)
            .put("transport.port", "9300-9399")
            .put("xpack.security.enabled", true)
            .put("node.store.allow_mmap", false) // asks nothing of vm.max_map_count
            .put("cluster.routing.allocation.disk.threshold_enabled", false) // a full disk must not make indices read-only
            .put("action.destructive_requires_name", false)
            .put("logger.level", LOG_LEVEL);
        String password = System.getenv("ELASTIC_PASSWORD");
        if (password != null) settings.setSecureSettings(new OneSecret("bootstrap.password", password));
        return InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> NAME);
    }

    /** A keystore that holds one secret. */
    private record OneSecret(String key, String value) implements SecureSettings {
        @Override
        public boolean isLoaded() {
            return true;
        }

        @Override
        public Set<String> getSettingNames() {
            return Set.of(key);
        }

        @Override
        public SecureString getString(String name) {
            return new SecureString(value.toCharArray());
        }

        @Override
        public byte[] getSHA256Digest(String name) throws GeneralSecurityException {
            return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream getFile(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeTo(StreamOutput out) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
