using System.Runtime.InteropServices;

namespace Wiretale.Capture.Live;

/// <summary>The functions of libpcap that are used, loaded when the first of them is called.</summary>
static unsafe partial class LibPcap
{
    const string Library = "pcap";

    /// <summary>Bytes of a buffer for error messages (PCAP_ERRBUF_SIZE).</summary>
    public const int ErrorSize = 256;

    /// <summary>Results of pcap_activate and others (pcap/pcap.h).</summary>
    public const int Break = -2, NoSuchDevice = -5, MonitorNotSupported = -6, NotPermitted = -8, InterfaceDown = -9,
        PromiscuousNotPermitted = -11;

    public const uint FlagLoopback = 1, FlagUp = 2, FlagRunning = 4;

    static readonly string[] fileNames = OperatingSystem.IsWindows() ? ["wpcap"]
        : OperatingSystem.IsMacOS() ? ["libpcap.A.dylib", "libpcap.dylib"]
        : ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"];

    static readonly Lazy<nint> handle = new(Load);

    static LibPcap() => NativeLibrary.SetDllImportResolver(typeof(LibPcap).Assembly, (name, _, _) => name is Library ? handle.Value : 0);

    /// <summary>Whether the library is there.</summary>
    public static bool IsThere => handle.Value != 0;

    /// <summary>Ends with a word to the user where the library is missing.</summary>
    public static void Demand()
    {
        if (!IsThere)
        {
            throw new LiveCaptureException(OperatingSystem.IsWindows() ? "live capture needs Npcap: https://npcap.com"
                : "live capture needs libpcap, which is not installed (Debian and Ubuntu: apt install libpcap0.8; Fedora: dnf install libpcap; Alpine: apk add libpcap)");
        }
    }

    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    static nint Load() => fileNames.Select(name => NativeLibrary.TryLoad(name, out nint found) ? found : 0).FirstOrDefault(found => found != 0);

    [LibraryImport(Library, EntryPoint = "pcap_lib_version")]
    public static partial byte* Version();

    [LibraryImport(Library, EntryPoint = "pcap_findalldevs")]
    public static partial int FindAllDevices(Device** devices, byte* error);

    [LibraryImport(Library, EntryPoint = "pcap_freealldevs")]
    public static partial void FreeAllDevices(Device* devices);

    [LibraryImport(Library, EntryPoint = "pcap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Create(string device, byte* error);

    [LibraryImport(Library, EntryPoint = "pcap_open_dead")]
    public static partial nint OpenDead(int linkType, int snapLength);

    [LibraryImport(Library, EntryPoint = "pcap_close")]
    public static partial void Close(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_set_snaplen")]
    public static partial int SetSnapLength(nint pcap, int length);

    [LibraryImport(Library, EntryPoint = "pcap_set_promisc")]
    public static partial int SetPromiscuous(nint pcap, int on);

    [LibraryImport(Library, EntryPoint = "pcap_set_rfmon")]
    public static partial int SetMonitor(nint pcap, int on);

    [LibraryImport(Library, EntryPoint = "pcap_set_timeout")]
    public static partial int SetTimeout(nint pcap, int milliseconds);

    [LibraryImport(Library, EntryPoint = "pcap_set_buffer_size")]
    public static partial int SetBufferSize(nint pcap, int bytes);

    [LibraryImport(Library, EntryPoint = "pcap_set_tstamp_precision")]
    public static partial int SetTimePrecision(nint pcap, int precision);

    [LibraryImport(Library, EntryPoint = "pcap_get_tstamp_precision")]
    public static partial int GetTimePrecision(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_activate")]
    public static partial int Activate(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_statustostr")]
    public static partial byte* StatusText(int status);

    [LibraryImport(Library, EntryPoint = "pcap_geterr")]
    public static partial byte* ErrorText(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_setnonblock")]
    public static partial int SetNonBlocking(nint pcap, int on, byte* error);

    [LibraryImport(Library, EntryPoint = "pcap_get_selectable_fd")]
    public static partial int SelectableDescriptor(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_datalink")]
    public static partial int DataLink(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_set_datalink")]
    public static partial int SetDataLink(nint pcap, int type);

    [LibraryImport(Library, EntryPoint = "pcap_list_datalinks")]
    public static partial int ListDataLinks(nint pcap, int** types);

    [LibraryImport(Library, EntryPoint = "pcap_free_datalinks")]
    public static partial void FreeDataLinks(int* types);

    [LibraryImport(Library, EntryPoint = "pcap_datalink_name_to_val", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DataLinkNumber(string name);

    [LibraryImport(Library, EntryPoint = "pcap_datalink_val_to_name")]
    public static partial byte* DataLinkName(int type);

    [LibraryImport(Library, EntryPoint = "pcap_datalink_val_to_description")]
    public static partial byte* DataLinkDescription(int type);

    [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Compile(nint pcap, FilterProgram* program, string filter, int optimize, uint netmask);

    [LibraryImport(Library, EntryPoint = "pcap_setfilter")]
    public static partial int SetFilter(nint pcap, FilterProgram* program);

    [LibraryImport(Library, EntryPoint = "pcap_freecode")]
    public static partial void FreeCode(FilterProgram* program);

    [LibraryImport(Library, EntryPoint = "bpf_image")]
    public static partial byte* Image(ulong* instruction, int number);

    [LibraryImport(Library, EntryPoint = "pcap_dispatch")]
    public static partial int Dispatch(nint pcap, int count, delegate* unmanaged<nint, PacketHeader*, byte*, void> callback, nint user);

    [LibraryImport(Library, EntryPoint = "pcap_breakloop")]
    public static partial void BreakLoop(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Statistics(nint pcap, Counts* counts);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

#pragma warning disable CS0649 // libpcap fills them in
    /// <summary>struct pcap_pkthdr; the second part of the time counts what the precision says.</summary>
    public struct PacketHeader
    {
        public nint Seconds, Fraction;
        public uint CapturedLength, Length;
    }

    /// <summary>struct pcap_stat.</summary>
    public struct Counts
    {
        public uint Received, Dropped, InterfaceDropped;
    }

    /// <summary>struct bpf_program; an instruction has eight bytes.</summary>
    public struct FilterProgram
    {
        public uint Length;
        public ulong* Instructions;
    }

    /// <summary>struct pcap_if.</summary>
    public struct Device
    {
        public Device* Next;
        public byte* Name, Description;
        public DeviceAddress* Addresses;
        public uint Flags;
    }

    /// <summary>struct pcap_addr.</summary>
    public struct DeviceAddress
    {
        public DeviceAddress* Next;
        public byte* Address, Netmask, Broadcast, Destination;
    }

#pragma warning restore CS0649
    /// <summary>struct pollfd.</summary>
    public struct PollEntry
    {
        public int Descriptor;
        public short Events, Happened;
    }
}
