import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.ingest.common.IngestCommonModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.script.mustache.MustacheModulePlugin;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One OpenSearch node on loopback for tests of ingest pipelines, whose processors Maven Central carries for it and not for
 * Elasticsearch. Stops when its standard input closes.
 *
 *   PipelineEngine HOME PORT
 */
public final class PipelineEngine extends Node {
    private PipelineEngine(Environment environment) {
        super(
            environment,
            List.of(
                module(IngestCommonModulePlugin.class),
                module(PainlessModulePlugin.class),
                module(MustacheModulePlugin.class),
                module(Netty4ModulePlugin.class)
            ),
            true
        );
    }

    private static PluginInfo module(Class<? extends Plugin> plugin) {
        String name = plugin.getName();
        return new PluginInfo(name, "classpath plugin", "NA", Version.CURRENT, "21", name, List.of(), false);
    }

    public static void main(String[] args) throws Exception {
        Thread watch = new Thread(PipelineEngine::exitWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        Path home = Path.of(args[0]);
        Path config = Files.createDirectories(home.resolve("config"));
        Settings settings = Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "pipelines")
            .put("node.name", "pipelines")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", args[1])
            .put("transport.port", "9300-9399")
            .put("node.store.allow_mmap", false)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        new PipelineEngine(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> "pipelines")).start();
        new CountDownLatch(1).await();
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // a broken pipe is an end, too
        }
        Runtime.getRuntime().halt(0);
    }
}
