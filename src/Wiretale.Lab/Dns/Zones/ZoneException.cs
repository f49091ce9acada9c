namespace Wiretale.Lab.Dns.Zones;

/// <summary>A zone cannot be served as it is; the message says where and why, and what to do.</summary>
public sealed class ZoneException(string message, Exception? inner = null) : IOException(message, inner);
