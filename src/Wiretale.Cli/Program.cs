// Only the version so far: whatever else is asked for is refused, as tshark refuses an option it does not know.
if (args is ["-v"] or ["--version"])
{
    Console.Out.WriteLine($"Wiretale {typeof(Program).Assembly.GetName().Version!.ToString(3)}");
    return 0;
}

Console.Error.WriteLine("wiretale: nothing but -v is supported yet");
return 2;
