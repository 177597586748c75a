import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginBundle;
import org.elasticsearch.plugins.PluginDescriptor;
import org.elasticsearch.plugins.PluginsLoader;

/** The node's modules, and how their classes are found. */
final class Modules {
    /** In the order of loading: a plugin comes before those that extend it. */
    static final List<String> ORDER = List.of("transport-netty4", "x-pack-core", "x-pack-security", "supplement");

    static final String DESCRIPTOR = "plugin-descriptor.properties";
    static final ClassLoader SERVER = Node.class.getClassLoader();

    private Modules() {}

    /**
     * A loader whose module layer is the class path itself: classes come from there (and so from the JVM's archive), and
     * only a module with jars of its own gets a class loader. Elasticsearch keeps the constructors to itself.
     */
    static PluginsLoader loader(Path modules) throws ReflectiveOperationException, IOException {
        Set<PluginBundle> bundles = PluginsLoader.loadModulesBundles(modules, false);
        Class<?> layerType = Class.forName("org.elasticsearch.plugins.PluginsLoader$LoadedPluginLayer", true, SERVER);
        Constructor<?> newLayer = layerType.getDeclaredConstructors()[0];
        newLayer.setAccessible(true);
        Constructor<?> newLoader = PluginsLoader.class.getDeclaredConstructor(Set.class, Set.class, Map.class);
        newLoader.setAccessible(true);

        List<PluginBundle> ordered = new ArrayList<>(bundles);
        ordered.sort(Comparator.comparingInt(bundle -> ORDER.indexOf(bundle.pluginDescriptor().getName())));
        Map<String, ClassLoader> loaders = new HashMap<>();
        Map<String, Object> layers = new LinkedHashMap<>();
        for (PluginBundle bundle : ordered) {
            PluginDescriptor descriptor = bundle.pluginDescriptor();
            ClassLoader own = bundle.allUrls.isEmpty()
                ? SERVER
                : new OwnJars(bundle.allUrls, descriptor.getExtendedPlugins().stream().map(loaders::get).toList());
            loaders.put(descriptor.getName(), own);
            layers.put(descriptor.getName(), newLayer.newInstance(bundle, own, ModuleLayer.boot(), own, ModuleLayer.boot()));
        }
        return (PluginsLoader) newLoader.newInstance(bundles, Set.of(), layers);
    }

    /** The modules that a module extends, then its own jars: their classes, but not their services, which would count twice. */
    private static final class OwnJars extends URLClassLoader {
        private final List<ClassLoader> extended;

        OwnJars(Set<URL> jars, List<ClassLoader> extended) {
            super(jars.toArray(URL[]::new), SERVER);
            this.extended = extended;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            for (ClassLoader loader : extended) {
                try {
                    return loader.loadClass(name);
                } catch (ClassNotFoundException e) {
                    // then the next
                }
            }
            return super.findClass(name);
        }
    }
}
