package io.cuewire.mqtt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys from PEM files (RFC 7468), read anew for each connection. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  static SSLContext context(MqttSettings.Tls files) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      var trusted = files.ca().isPresent() ? trust(files.ca().get()) : null; // the system's
      var own =
          files.certificate().isPresent()
              ? identity(files.certificate().get(), files.key().orElseThrow())
              : null;
      context.init(own, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SSLException("certificate: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(Path ca) throws IOException, GeneralSecurityException {
    var store = emptyStore();
    for (var authority : certificates(ca)) {
      store.setCertificateEntry("ca" + store.size(), authority);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] identity(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    var store = emptyStore();
    var chain = certificates(certificate).toArray(Certificate[]::new);
    store.setKeyEntry("own", privateKey(key), NO_PASSWORD, chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    var found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(read(file)));
    if (found.isEmpty()) {
      throw new SSLException("no certificate in " + file + ", which must be a PEM file");
    }
    return found;
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    var block = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new SSLException(
          "no certificate key in %s: make it one with 'openssl pkcs8 -topk8 -nocrypt -in %s'"
              .formatted(file, file));
    }
    return List.of("RSA", "EC", "EdDSA").stream()
        .flatMap(algorithm -> privateKey(algorithm, block.group(1)).stream())
        .findFirst()
        .orElseThrow(() -> new SSLException("the certificate key in " + file + " is damaged"));
  }

  private static Optional<PrivateKey> privateKey(String algorithm, String base64) {
    try {
      var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
    } catch (GeneralSecurityException | IllegalArgumentException anotherAlgorithmOrCut) {
      return Optional.empty();
    }
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new SSLException("no such certificate file: " + file.toAbsolutePath(), e);
    } catch (IOException e) {
      throw new SSLException("cannot read the certificate file " + file.toAbsolutePath(), e);
    }
  }
}
